public import Architectures
public import Binding
public import Checkpoints
package import Importing
import Networks
public import Tensors

extension Model {
  /// What a user knows of a model that its file does not say.
  public struct Options: Sendable {
    /// The networks that the weights may be of, in the order in which they are tried.
    ///
    /// They are the dialects of one model; `nil` for the network of the file's config, or else the only one
    /// that fits.
    public var candidates: [ModelRecipe]?
    /// Names of the user's own, in place of those of the first candidate.
    public var nameMap: NameMap?
    /// Whether layers of the first candidate are paired in their order.
    public var pairsByOrder = false
    /// The height of images; `nil` for that of the file's config, or else of the model.
    public var height: Int?
    /// The width of images.
    public var width: Int?
    /// An array that goes in as it is, and tells the size of the images.
    public var tensor: Shape?
    /// Where the channels of a candidate's images are.
    public var dataFormat = DataFormat.channelsLast
    /// The width of a residual network's first stage; `nil` as the weights show.
    public var filters: Int?
    /// The number of classes; `nil` as the weights show.
    public var classes: Int?
    /// Whether the network ends before its head, in pooled features.
    public var endsInFeatures = false
    /// What may fail to fit, by name.
    public var leniency = BindingLeniency.nothing
    /// What the file's numbers mean where neither names nor shapes show it.
    public var conventions = WeightConventions.asTheFileTells
    /// What the user knows of a config.
    package var importing = ImportOptions()

    /// Nothing but what the file says.
    public init() {}

    /// A published model by its name, `resnet50v2`, in any of its dialects or, as `resnet50v2:slim`, in one;
    /// `nil` where none has that name.
    public init?(model name: String) {
      let recipes =
        name.contains(":")
        ? [ModelRecipe.pinned(name)].compactMap(\.self) : ModelRecipe.dialects(of: name)
      guard !recipes.isEmpty else { return nil }
      candidates = recipes
    }

    /// The candidates with the widths and classes that a checkpoint shows.
    func recipes(for checkpoint: Checkpoint, _ candidates: [ModelRecipe]) -> [ModelRecipe] {
      var recipes = candidates
      if let nameMap {
        recipes = [recipes[0]]
        recipes[0].nameMap = nameMap
      } else if pairsByOrder {
        // Without names the dialect is what the user says it is.
        recipes = [recipes[0]]
      }
      return recipes.map { recipe in
        var fitted =
          pairsByOrder
          ? recipe.fittedByOrder(to: checkpoint, conventions: conventions)
          : recipe.fitted(to: checkpoint, conventions: conventions)
        if endsInFeatures { fitted = fitted.withoutHead }
        if let filters { fitted.residual?.filters = filters }
        if let classes { fitted.network.classes = classes }
        return fitted
      }
    }

    /// Binds as the user wants it: by name, or by order.
    func plan(
      _ graph: Graph, to checkpoint: Checkpoint, _ recipe: ModelRecipe
    ) throws -> BindingPlan {
      if pairsByOrder {
        return try BindingPlan(byOrder: graph, to: checkpoint, conventions: conventions)
      }
      if nameMap != nil { try recipe.nameMap.check(for: graph) }
      return try BindingPlan(
        trying: graph, to: checkpoint, using: recipe.nameMap, allowing: leniency,
        conventions: conventions)
    }
  }
}
