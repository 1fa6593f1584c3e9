import CHDF5
import CHDF5Extensions
import Synchronization

/// The one place where libhdf5 is called.
///
/// A call, and the walk over the error stack if it fails, happen under one lock. libhdf5 itself
/// serialises its callers where it is built thread-safe; where it is not, this lock does.
enum HDF5Library {
  private static let isPrepared = Mutex(false)

  /// Runs one call of libhdf5, and says why when its status is negative.
  ///
  /// `body` must do nothing but call C: a handle released inside it would wait for the lock.
  static func call<Status: SignedInteger & Sendable>(
    _ body: () -> Status
  ) -> Result<Status, HDF5Complaint> {
    isPrepared.withLock { isPrepared in
      prepare(&isPrepared)
      let status = body()
      return status < 0 ? .failure(HDF5Complaint(innermostError())) : .success(status)
    }
  }

  /// Runs a call of libhdf5 whose answer is no status: a size, a class, an order.
  static func query<Answer: Sendable>(_ body: () -> Answer) -> Answer {
    isPrepared.withLock { isPrepared in
      prepare(&isPrepared)
      return body()
    }
  }

  /// Releases an identifier of any kind.
  static func release(_ id: hid_t) {
    // There is nothing to do about a failed close of what was only read.
    _ = call { H5Idec_ref(id) }
  }

  private static func prepare(_ isPrepared: inout Bool) {
    if !isPrepared {
      // Without this, a failed call on a thread pool makes libhdf5 complain at exit.
      H5dont_atexit()
      // A file may name filter plug-ins; none is ever loaded.
      H5PLset_loading_state(0)
      // h5py's own filter, which libhdf5 does not have; without it, such datasets are refused.
      _ = assay_h5_register_lzf()
      isPrepared = true
    }
    // Printing of errors is on by default and is a setting of each thread.
    H5Eset_auto2(hid_t(H5E_DEFAULT), nil, nil)
  }

  /// The description at the bottom of the error stack, where the cause is.
  private static func innermostError() -> String {
    var text = ""
    unsafe withUnsafeMutablePointer(to: &text) { pointer in
      _ = unsafe H5Ewalk2(
        hid_t(H5E_DEFAULT), H5E_WALK_UPWARD,
        { depth, entry, context in
          guard depth == 0, let description = unsafe entry?.pointee.desc else { return 0 }
          unsafe context?.assumingMemoryBound(to: String.self).pointee =
            unsafe String(cString: description)
          return 0
        }, pointer)
    }
    return text.isEmpty ? "no reason given" : text
  }
}

/// What libhdf5 says of a failed call.
struct HDF5Complaint: Error {
  let text: String

  init(_ text: String) { self.text = text }
}

/// An identifier of libhdf5, released at the end of its owner's life.
struct HDF5Handle: ~Copyable, Sendable {
  let id: hid_t

  init(_ id: hid_t) { self.id = id }

  deinit { HDF5Library.release(id) }
}
