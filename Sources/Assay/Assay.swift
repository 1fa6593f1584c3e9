// One import for users of the library: the rooms that they need, under one name.
@_exported public import Architectures
@_exported public import Binding
@_exported public import Checkpoints
@_exported public import Datasets
@_exported public import Engine
@_exported public import Evaluation
@_exported public import Layers
@_exported public import Models
@_exported public import Networks
@_exported public import Reports
@_exported public import Runs
@_exported public import Studies
@_exported public import Tensors
@_exported public import Verification
