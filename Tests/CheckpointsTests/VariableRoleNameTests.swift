import Tensors
import Checkpoints
import Testing

@Suite("The role of a variable")
struct VariableRoleTests {
  @Test(
    "is told by the last part of its name",
    arguments: [
      ("conv2d/kernel:0", VariableRole.kernel), ("conv2d_10/kernel", .kernel), ("bias:0", .bias),
      ("scope/model/bn/moving_variance:0", .movingVariance), ("bn/moving_mean_1:0", .movingMean),
      ("sep/pointwise_kernel:0", .pointwiseKernel), ("dw/depthwise_kernel:0", .depthwiseKernel),
      ("conv1_W_1:0", .kernel), ("conv1_b", .bias), ("bn2a_branch1_gamma_3:0", .gamma),
      ("bn_running_mean_1:0", .movingMean), ("bn_running_std:0", .movingVariance),
      ("norm/beta_2", .beta), ("prelu/alpha:0", .alpha),
    ])
  func known(_ name: String, _ role: VariableRole) {
    #expect(VariableRole(variableName: name) == role)
  }

  @Test(
    "is unknown where the name does not tell",
    arguments: ["0", "", "iteration:0", "kernel/of/something", "my_kernel_scale:0", "W", "_1"])
  func unknown(_ name: String) {
    #expect(VariableRole(variableName: name) == nil)
  }
}
