public import Checkpoints
import Tensors

/// Everything that a checkpoint holds, as lines of text: two readers agree if these are equal.
public enum CheckpointDigest {
  /// A line for the file, for each layer, tensor and thing left out, or for the error in its place.
  public static func lines(of path: String, isolation: CheckpointIsolation) -> [String] {
    let checkpoint: Checkpoint
    do throws(CheckpointError) {
      checkpoint = try Checkpoint(contentsOf: path, isolation: isolation)
    } catch {
      return ["error \(error)"]
    }
    var lines = [
      "\(checkpoint.format), \(checkpoint.kerasVersion ?? "-"), \(checkpoint.backend ?? "-"), "
        + "\(checkpoint.modelConfig ?? "-")"
    ]
    for layer in checkpoint.layers {
      lines.append(
        "\(layer.label), \(layer.kerasClass ?? "-"), \(layer.ordinal ?? -1), \(layer.parents), "
          + layer.location)
      lines += layer.tensors.map { "\($0): \(values(of: $0, in: checkpoint))" }
    }
    return lines + checkpoint.leftOut.map(\.description)
  }

  /// A hash of every bit of the tensor, or the error.
  private static func values(of tensor: CheckpointTensor, in checkpoint: Checkpoint) -> String {
    do throws(CheckpointError) {
      let values = try checkpoint.tensor(tensor).values
      // FNV-1a.
      let hash = values.reduce(0xcbf2_9ce4_8422_2325) { (hash: UInt64, value) in
        (hash ^ UInt64(value.bitPattern)) &* 0x100_0000_01b3
      }
      return String(hash, radix: 16)
    } catch {
      return "error \(error)"
    }
  }
}
