/// What the fields of a manifest, and of a run, are called on a page.
enum ManifestWords {
  /// The parts of a manifest in the order of a page, with their titles; the names of classes stand apart.
  static let parts: [(key: String, title: String)] = [
    ("model", "Network"), ("weights", "Weights"), ("data", "Images"),
    ("preprocessing", "From file to input"), ("arithmetic", "Arithmetic"), ("assay", "Program"),
  ]

  /// The words of each field by its path, in the order of a page.
  private static let fields: [(path: String, words: String)] = [
    ("model name", "name"), ("model config", "its config, SHA-256"),
    ("model parameters", "parameters"), ("model classes", "classes"), ("model input", "input"),
    ("model data_format", "order of its axes"),
    ("model output_activation", "what makes probabilities of its outputs"),
    ("weights file", "file"), ("weights sha256", "SHA-256"), ("weights format", "format"),
    ("weights keras_version", "written by Keras"),
    ("weights allowances", "allowed not to fit"), ("weights conventions", "done to its numbers"),
    ("data directory", "folder"), ("data images", "images"),
    ("data sha256", "SHA-256 over all paths and bytes"),
    ("data labels_sha256", "SHA-256 over all labels"),
    ("data selection limit", "only the first"),
    ("data selection sample", "drawn evenly over classes"),
    ("data selection seed", "seed of the draw"), ("data multi_label", "labels are sets"),
    ("data class_offset", "the network’s class of the first label"),
    ("data masked_to", "classes that take part"),
    ("data exif_orientations_ignored", "EXIF orientations, not applied"), ("data notes", "notes"),
    ("preprocessing preset", "preset"), ("preprocessing interpolation", "interpolation"),
    ("preprocessing normalization", "normalisation"),
    ("preprocessing min_aspect_dim", "shorter side before the crop, pixels"),
    ("preprocessing resize_dim", "central crop, pixels"),
    ("preprocessing crop height", "height of the central crop"),
    ("preprocessing crop width", "width of the central crop"),
    ("preprocessing crop_to_aspect_ratio", "cropped to the input’s aspect first"),
    ("preprocessing pad_to_aspect_ratio", "zeros put around to the input’s aspect"),
    ("preprocessing antialias", "filtered before made smaller"),
    ("preprocessing source", "taken from"), ("arithmetic precision", "numbers"),
    ("arithmetic exact", "every convolution directly"), ("arithmetic engine", "engine"),
    ("arithmetic engine_version", "version of Assay’s engine"),
    ("arithmetic calibration", "calibration for int8, SHA-256"), ("assay", "version of Assay"),
    ("run finished", "finished"), ("run seconds", "seconds"),
    ("run images_per_second", "images a second, decoding included"), ("run threads", "threads"),
    ("run batch", "images a thread computes at once"),
    ("run images_in_memory", "images in memory at once"),
    ("run latency batch", "images of a timed batch"),
    ("run latency p50_ms", "median of a batch, ms"), ("run latency p90_ms", "90 of 100 within, ms"),
    ("run latency p99_ms", "99 of 100 within, ms"), ("run latency max_ms", "the slowest, ms"),
    ("run predictions", "every image’s prediction"),
  ]

  private static let places = Dictionary(
    uniqueKeysWithValues: fields.enumerated().map { ($1.path, $0) })

  /// What a field is called; one that has no words yet by its path.
  static func words(for path: String) -> String {
    places[path].map { fields[$0].words } ?? path.replacing("_", with: " ")
  }

  /// Rows in the order of a page, those of fields without words last.
  static func ordered(
    _ rows: [(path: String, text: String)]
  ) -> [(path: String, text: String)] {
    rows.enumerated().sorted { left, right in
      let places = (
        places[left.element.path] ?? fields.count, places[right.element.path] ?? fields.count
      )
      return (places.0, left.offset) < (places.1, right.offset)
    }.map(\.element)
  }
}
