// Usage: Fuzzer PARSER [libFuzzer's options] [folders of inputs]; `Tools/fuzz/run` starts it.

import CLibFuzzer
import FuzzedParsers
import Foundation

let names = FuzzedParser.allCases.map(\.rawValue)
guard CommandLine.arguments.count > 1, let parser = FuzzedParser(rawValue: CommandLine.arguments[1])
else {
  print(names.joined(separator: "\n"))
  exit(64)
}

/// What libFuzzer calls, a C function without a context.
nonisolated(unsafe) private var fuzzed = parser

// Its first argument is the program, which it starts again by itself for some jobs.
var count = CommandLine.argc - 1
var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = unsafe CommandLine.unsafeArgv
  .advanced(by: 1)
exit(
  unsafe LLVMFuzzerRunDriver(&count, &arguments) { start, count in
    // An array of exactly these bytes, so that a read beyond them is seen.
    unsafe fuzzed.accepts(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
  })
