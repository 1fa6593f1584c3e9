import Documents
public import Foundation

extension Verification {
  /// The comparison as JSON: sorted keys in snake case.
  public func json() throws -> Data { try JSONText.file(self) }
}
