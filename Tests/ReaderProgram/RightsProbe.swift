import Foundation
import Sandbox

/// A confined process that tries what it may not, and answers with the errors that it met.
enum RightsProbe {
  static func serve() -> Never {
    SandboxedService.run { _ in
      var reply = MessageWriter()
      for attempt in attempts {
        errno = 0
        reply.write(attempt.name)
        reply.write(attempt.run() ? 0 : Int(errno))
      }
      return reply
    }
  }

  private static let attempts: [(name: String, run: @Sendable () -> Bool)] = [
    ("open a file", { unsafe open("/etc/hostname", O_RDONLY) >= 0 }),
    ("create a file", { unsafe open("/tmp/assay-escape", O_CREAT | O_WRONLY, 0o600) >= 0 }),
    ("remove a file", { unsafe unlink("/tmp/assay-escape") == 0 }),
    ("make a socket", { socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0) >= 0 }),
    ("run a program", { unsafe execv("/bin/true", [nil]) == 0 }),
    ("signal its parent", { kill(getppid(), 0) == 0 }),
    ("be signalled by its channel", { fcntl(3, F_SETFL, O_ASYNC) == 0 }),
    ("trace another", { kill(1, 0) == 0 }),
    ("map code", { mapsCode() }),
    ("grow the shared memory", { unsafe write(5, [1], 1) == 1 }),
    ("cut the shared memory", { ftruncate(5, 1) == 0 }),
    (
      "raise its own limits",
      {
        var limit = rlimit(rlim_cur: 1 << 40, rlim_max: 1 << 40)
        return unsafe setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0
      }
    ),
  ]

  private static func mapsCode() -> Bool {
    let address = unsafe mmap(
      nil, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    return unsafe address != MAP_FAILED
  }
}
