import Datasets
import Presets

extension PresetConverter {
  /// The converter as a pipeline.
  var preprocessing: Preprocessing {
    get throws(ModelError.Reason) {
      do throws(PreprocessingError) {
        return try Preprocessing(
          .kerasHub(
            ImageConverter(
              crops: crops, pads: pads, antialias: antialias, scale: scale, offset: offset)),
          interpolation: Interpolation(rawValue: interpolation))
      } catch {
        throw .arguments("its image converter: \(error)")
      }
    }
  }
}
