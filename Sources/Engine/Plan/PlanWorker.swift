import Dispatch
import Glibc
import Synchronization

/// The threads of a plan that have nothing to do.
final class PlanWorkers: Sendable {
  private let idle = Mutex<[PlanWorker]>([])

  /// So many threads, new ones where there are too few.
  func take(_ count: Int, for plan: Plan) -> [PlanWorker] {
    var taken = idle.withLock { idle in
      let kept = Array(idle.suffix(count))
      idle.removeLast(kept.count)
      return kept
    }
    while taken.count < count { taken.append(PlanWorker(plan)) }
    return taken
  }

  func giveBack(_ workers: [PlanWorker]) { idle.withLock { $0 += workers } }
}

/// A thread with a context of a plan, which does one job after the other and ends with this object.
///
/// It is joined then: a thread that still ends while the process exits would free what oneDNN's exit
/// handlers free as well.
@safe final class PlanWorker: @unchecked Sendable {
  typealias Job = @Sendable (borrowing ExecutionContext) -> Void

  /// What the thread and its owner share, so that neither keeps the other alive.
  private final class Desk: Sendable {
    let job = Mutex<Job?>(nil)
    let started = DispatchSemaphore(value: 0)
    let done = DispatchSemaphore(value: 0)

    /// Does the next job.
    ///
    /// No part of the job is kept afterwards: it may own the plan, whose threads must not end themselves.
    ///
    /// - Returns: `false` when there will be no more.
    func work(in context: borrowing ExecutionContext) -> Bool {
      started.wait()
      let next = job.withLock { job in
        defer { job = nil }
        return job
      }
      next?(context)
      return next != nil
    }
  }

  /// What a thread is given at its start: its plan exists until the first job is done.
  private final class Start: Sendable {
    unowned let plan: Plan
    let desk: Desk

    init(_ plan: Plan, _ desk: Desk) {
      self.plan = plan
      self.desk = desk
    }

    func run() {
      OneDNN.setThreadsOfCaller(plan.threads / plan.streams)
      let context = ExecutionContext(plan)
      while desk.work(in: context) { desk.done.signal() }
    }
  }

  private let desk = Desk()
  private let thread: pthread_t

  init(_ plan: Plan) {
    let attributes = UnsafeMutablePointer<pthread_attr_t>.allocate(capacity: 1)
    defer { unsafe attributes.deallocate() }
    unsafe pthread_attr_init(attributes)
    // The least that oneDNN's code generators need, whatever the system's default.
    unsafe pthread_attr_setstacksize(attributes, 8 << 20)
    let start = unsafe Unmanaged.passRetained(Start(plan, desk)).toOpaque()
    var thread = pthread_t()
    let status = unsafe pthread_create(
      &thread, attributes,
      { argument in
        guard let argument = unsafe argument else { return nil }
        unsafe Unmanaged<Start>.fromOpaque(argument).takeRetainedValue().run()
        return nil
      }, start)
    unsafe pthread_attr_destroy(attributes)
    precondition(status == 0, "the system has no room for another thread")
    self.thread = thread
  }

  /// Hands over a job; the one before must have been waited for.
  func start(_ job: @escaping Job) {
    desk.job.withLock { $0 = job }
    desk.started.signal()
  }

  /// Waits until the job is done.
  func wait() { desk.done.wait() }

  deinit {
    desk.started.signal()
    pthread_join(thread, nil)
  }
}
