// Child processes for the tests: the honest reader, liars, and a reader that prints what it reads.
import Checkpoints
import Foundation
import TestSupport

let arguments = Array(CommandLine.arguments.dropFirst())
switch arguments.first {
case "serve": IsolatedReader.serve()
case "rights": RightsProbe.serve()
case "lie": LyingReader.serve(arguments[1])
case "plain":
  print(CheckpointDigest.lines(of: arguments[1], isolation: .inProcess).joined(separator: "\n"))
case "isolated":
  let isolation = CheckpointIsolation.childProcess(
    executable: "/proc/self/exe", arguments: ["serve"])
  print(CheckpointDigest.lines(of: arguments[1], isolation: isolation).joined(separator: "\n"))
case "listing":
  // A seed for Tools/fuzz: what a confined reader answers on a file.
  FileHandle.standardOutput.write(Data(try CheckpointParsers.message(listing: arguments[1])))
case "orphan": Orphan.leave()
case "denied": print(Denial.error(without: arguments[1]))
case "time": Timing.print(of: arguments[1])
case "load": Loading.print(of: arguments[1], isolated: false)
case "load-isolated": Loading.print(of: arguments[1], isolated: true)
case "leaks": print(Leaks.after(reading: arguments[1]))
default: print("unknown task")
}
