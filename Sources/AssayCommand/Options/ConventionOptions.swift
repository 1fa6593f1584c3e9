public import ArgumentParser
public import Checkpoints
import Tensors

/// What the numbers of a file mean where neither names nor shapes show it.
struct ConventionOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Extents of convolution kernels in the file: tf (H·W·I·O) or th (O·I·H·W, Theano). Default: "
        + "tf, or in files of Keras 1 as the shapes tell.", valueName: "order"))
  var kernelLayout: WeightConventions.KernelLayout?

  @Option(
    help: ArgumentHelp(
      "What kernels were trained for: correlation, or convolution (Theano), which turns them by "
        + "180°. Default: convolution if the file says theano.", valueName: "sense"))
  var kernelSense: WeightConventions.KernelSense?

  @Option(
    help: ArgumentHelp(
      "Order in which a dense layer of the file reads a flattened map: channels_last or "
        + "channels_first. Default: the network's.", valueName: "format"))
  var denseRows: DataFormat?

  @Option(
    help: ArgumentHelp(
      "What running_std of Keras 1 is: variance, or deviation as before July 2016.",
      valueName: "statistic"))
  var runningStd = WeightConventions.RunningStd.variance

  /// All of it together.
  var told: WeightConventions {
    WeightConventions(
      kernelLayout: kernelLayout, kernelSense: kernelSense, denseRows: denseRows,
      runningStd: runningStd)
  }
}

extension WeightConventions.KernelLayout: ExpressibleByArgument {}
extension WeightConventions.KernelSense: ExpressibleByArgument {}
extension WeightConventions.RunningStd: ExpressibleByArgument {}
