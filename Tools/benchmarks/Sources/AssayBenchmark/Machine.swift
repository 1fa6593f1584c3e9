import CBenchmark
import CPeak
import Foundation

/// What the figures depend on beside the program.
struct Machine {
  let processor = Self.value(of: "model name", in: "/proc/cpuinfo") ?? "unknown processor"
  let cores = ProcessInfo.processInfo.activeProcessorCount
  let memory = ProcessInfo.processInfo.physicalMemory
  let system =
    Self.value(of: "PRETTY_NAME", in: "/etc/os-release", separator: "=")
    ?? ProcessInfo.processInfo.operatingSystemVersionString
  let instructions = unsafe String(cString: cp_peak_instructions())

  /// How many processes have wanted a core during the last minute, and the last five and fifteen.
  static var load: String {
    let text = (try? String(contentsOfFile: "/proc/loadavg", encoding: .utf8)) ?? ""
    return text.split(separator: " ").prefix(3).joined(separator: " ")
  }

  /// The libraries, `oneDNN 2.6.3, libjpeg-turbo 2.1.5`.
  static var versions: String {
    let number = bench_onednn_version()
    let jpeg = unsafe String(cString: bench_jpeg_version())
    return "oneDNN \(number / 10_000).\(number / 100 % 100).\(number % 100), \(jpeg), \(swift)"
  }

  private static var swift: String {
    #if compiler(>=6.4)
      "Swift 6.4 or later"
    #elseif compiler(>=6.3)
      "Swift 6.3"
    #else
      "Swift 6.2"
    #endif
  }

  /// Line by line, for a person.
  var lines: [String] {
    let gigabytes = Double(memory) / 0x1p30
    return [
      "\(processor), \(cores) cores, \(instructions), \(gigabytes.text(decimals: 0)) GB",
      "\(system), \(Self.versions)",
    ]
  }

  private static func value(
    of key: String, in file: String, separator: Character = ":"
  ) -> String? {
    guard let text = try? String(contentsOfFile: file, encoding: .utf8) else { return nil }
    for line in text.split(separator: "\n") where line.hasPrefix(key) {
      let parts = line.split(separator: separator, maxSplits: 1)
      guard parts.count == 2 else { continue }
      return parts[1].trimmingCharacters(in: CharacterSet(charactersIn: " \t\""))
    }
    return nil
  }
}
