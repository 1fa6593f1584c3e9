public import Binding

extension NameMap {
  /// Caffe's ResNet-101 and 152, and the package `keras-resnet`: the blocks of stages 3 and 4, which
  /// outrun the alphabet, are `a`, `b1`, `b2` to `b35`.
  public static let kerasResNetDeep: NameMap = [
    "stem/conv": "conv1",
    "stem/norm": "bn_conv1",
    "stage2/block{b}/project": "res2{b:a}_branch1",
    "stage2/block{b}/projectNorm": "bn2{b:a}_branch1",
    "stage2/block{b}/reduce": "res2{b:a}_branch2a",
    "stage2/block{b}/reduceNorm": "bn2{b:a}_branch2a",
    "stage2/block{b}/spatial": "res2{b:a}_branch2b",
    "stage2/block{b}/spatialNorm": "bn2{b:a}_branch2b",
    "stage2/block{b}/expand": "res2{b:a}_branch2c",
    "stage2/block{b}/expandNorm": "bn2{b:a}_branch2c",
    "stage3/block{b}/project": "res3{b:b1}_branch1",
    "stage3/block{b}/projectNorm": "bn3{b:b1}_branch1",
    "stage3/block{b}/reduce": "res3{b:b1}_branch2a",
    "stage3/block{b}/reduceNorm": "bn3{b:b1}_branch2a",
    "stage3/block{b}/spatial": "res3{b:b1}_branch2b",
    "stage3/block{b}/spatialNorm": "bn3{b:b1}_branch2b",
    "stage3/block{b}/expand": "res3{b:b1}_branch2c",
    "stage3/block{b}/expandNorm": "bn3{b:b1}_branch2c",
    "stage4/block{b}/project": "res4{b:b1}_branch1",
    "stage4/block{b}/projectNorm": "bn4{b:b1}_branch1",
    "stage4/block{b}/reduce": "res4{b:b1}_branch2a",
    "stage4/block{b}/reduceNorm": "bn4{b:b1}_branch2a",
    "stage4/block{b}/spatial": "res4{b:b1}_branch2b",
    "stage4/block{b}/spatialNorm": "bn4{b:b1}_branch2b",
    "stage4/block{b}/expand": "res4{b:b1}_branch2c",
    "stage4/block{b}/expandNorm": "bn4{b:b1}_branch2c",
    "stage5/block{b}/project": "res5{b:a}_branch1",
    "stage5/block{b}/projectNorm": "bn5{b:a}_branch1",
    "stage5/block{b}/reduce": "res5{b:a}_branch2a",
    "stage5/block{b}/reduceNorm": "bn5{b:a}_branch2a",
    "stage5/block{b}/spatial": "res5{b:a}_branch2b",
    "stage5/block{b}/spatialNorm": "bn5{b:a}_branch2b",
    "stage5/block{b}/expand": "res5{b:a}_branch2c",
    "stage5/block{b}/expandNorm": "bn5{b:a}_branch2c",
    "head/logits": "fc1000",
  ]
}
