import Glibc

/// What work costs, whatever else the machine does.
public enum ProcessorTime {
  /// The processor time that this thread has had.
  public static var ofThisThread: Duration {
    var time = timespec()
    unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }
}
