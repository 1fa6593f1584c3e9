import JSON

extension LayerSettings {
  /// How a layer's weights are quantised (`keras.Model.quantize`): `int8`, `int4/128`, `float8`; `nil` where they are not.
  package var quantization: String? {
    if let mode = value["dtype"].flatMap(Self.mode) { return mode }
    guard let name = value["quantization_config"]?["class_name"]?.string else { return nil }
    let suffix = "QuantizationConfig"
    return name.hasSuffix(suffix) ? name.dropLast(suffix.count).lowercased() : name
  }

  /// The mode of a policy: of one by its name, `int8_from_float32`, or of the first that a map holds.
  private static func mode(_ policy: JSONValue) -> String? {
    if let name = policy.string {
      return name.firstRange(of: "_from_").map { String(name[..<$0.lowerBound]) }
    }
    if let mode = policy["config"]?["mode"]?.string { return mode }
    let map = policy["config"]?["policy_map"]?.object
    return map?.lazy.compactMap { mode($0.value) }.first
  }
}
