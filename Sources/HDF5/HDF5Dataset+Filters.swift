import CHDF5
import CHDF5Extensions

extension HDF5Dataset {
  /// Refuses filters that libhdf5 does not have, and LZF with anything else than h5py writes, unless
  /// every chunk says that the filter was not applied to it.
  static func refuseForeignFilters(
    _ creation: borrowing HDF5Handle, of id: hid_t, at location: HDF5Location
  ) throws(HDF5Error) {
    let list = creation.id
    for index in 0..<UInt32(try location.call { H5Pget_nfilters(list) }) {
      var flags: UInt32 = 0
      var parameters = [UInt32](repeating: 0, count: 8)
      var parameterCount = parameters.count
      var name = [CChar](repeating: 0, count: 64)
      var configuration: UInt32 = 0
      let filter = try location.call {
        unsafe H5Pget_filter2(
          list, index, &flags, &parameterCount, &parameters, name.count, &name, &configuration)
      }
      guard try location.call({ H5Zfilter_avail(filter) }) > 0 else {
        // What a writer without the filter leaves, where the filter is optional.
        if try isSkipped(index, of: id, at: location) { continue }
        let bytes = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        let text = String(decoding: bytes, as: UTF8.self)
        throw location.error(
          .refused("is compressed by filter \(filter) (\(text)), which libhdf5 does not have here"))
      }
      guard filter == ASSAY_H5_LZF else { continue }
      // libhdf5 trusts a filter to return a whole chunk, so ours must know how long that is.
      let chunk = try chunkBytes(list, of: id, at: location)
      let isAlone = try isFirstButForShuffle(index, in: list, at: location)
      guard isAlone, parameterCount >= 3, chunk == Int(parameters[2]) else {
        throw location.error(
          .refused("is compressed by LZF in another way than h5py does (chunks of \(chunk) bytes)"))
      }
    }
  }

  /// The most chunks that are asked whether a filter was applied: to find one, libhdf5 passes all before.
  private static let mostChunksAsked: hsize_t = 4096

  /// Whether the filter at `index` was applied to no chunk, as each chunk's own mask tells.
  private static func isSkipped(
    _ index: UInt32, of id: hid_t, at location: HDF5Location
  ) throws(HDF5Error) -> Bool {
    let space = try location.handle { H5Dget_space(id) }
    var count: hsize_t = 0
    try location.call { unsafe H5Dget_num_chunks(id, space.id, &count) }
    guard count > 0, count <= mostChunksAsked, index < 32 else { return false }
    var offset = [hsize_t](repeating: 0, count: Int(H5S_MAX_RANK))
    for chunk in 0..<count {
      var mask: UInt32 = 0
      var address: haddr_t = 0
      var size: hsize_t = 0
      try location.call {
        unsafe H5Dget_chunk_info(id, space.id, chunk, &offset, &mask, &address, &size)
      }
      if mask & (1 << index) == 0 { return false }
    }
    return true
  }

  /// The bytes of a whole chunk; no filter is applied to any other layout.
  private static func chunkBytes(
    _ list: hid_t, of id: hid_t, at location: HDF5Location
  ) throws(HDF5Error) -> Int {
    var extents = [hsize_t](repeating: 0, count: Int(H5S_MAX_RANK))
    let rank = try location.call { unsafe H5Pget_chunk(list, Int32(extents.count), &extents) }
    let type = try location.handle { H5Dget_type(id) }
    var bytes = UInt64(HDF5Library.query { H5Tget_size(type.id) })
    for extent in extents.prefix(Int(rank)) {
      let (product, overflow) = bytes.multipliedReportingOverflow(by: extent)
      guard !overflow, product <= UInt64(HDF5Limits.largestArray) else {
        throw location.error(.refused("claims chunks over the limit of 4 GiB"))
      }
      bytes = product
    }
    return Int(bytes)
  }

  /// Whether only shuffle, which keeps the length, was applied before the filter at `index`.
  private static func isFirstButForShuffle(
    _ index: UInt32, in list: hid_t, at location: HDF5Location
  ) throws(HDF5Error) -> Bool {
    for earlier in 0..<index {
      var (flags, configuration): (UInt32, UInt32) = (0, 0)
      var parameterCount = 0
      let filter = try location.call {
        unsafe H5Pget_filter2(
          list, earlier, &flags, &parameterCount, nil, 0, nil, &configuration)
      }
      if filter != H5Z_FILTER_SHUFFLE { return false }
    }
    return true
  }
}
