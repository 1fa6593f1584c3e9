import Runs
import Testing

@Suite("Shards, and who says which one")
struct ShardTests {
  @Test(
    "The shards of a run have each image once, and differ by one at most",
    arguments: [0, 1, 7, 360, 50_000])
  func places(images: Int) throws {
    for count in [1, 2, 7, 64, 1000] {
      var next = 0
      var sizes = Set<Int>()
      for number in 1...count {
        let places = try #require(Shard(number, of: count)).places(of: images)
        #expect(places.lowerBound == next)
        next = places.upperBound
        sizes.insert(places.count)
      }
      #expect(next == images)
      #expect(sizes.count <= 2 && sizes.max()! - sizes.min()! <= 1)
    }
  }

  @Test("Numbers that name no shard are none")
  func numbers() {
    #expect(Shard("3/64") == Shard(3, of: 64))
    for text in [
      "", "3", "0/64", "65/64", "-1/64", "3/0", "3/64/1", "a/b", "3/", "/64", "3 / 64",
      "1/9223372036854775807",
    ] {
      #expect(Shard(text) == nil, "\(text)")
    }
  }

  private static let slurm = [
    "SLURM_ARRAY_TASK_ID": "5", "SLURM_ARRAY_TASK_MIN": "1", "SLURM_ARRAY_TASK_MAX": "8",
    "SLURM_ARRAY_TASK_COUNT": "8", "SLURM_PROCID": "0", "SLURM_NTASKS": "1",
  ]

  @Test(
    "The environments of Slurm, Kubernetes, MPI and GNU parallel name the shard",
    arguments: [
      (slurm, nil, "5/8"), (slurm, 8, "5/8"),
      // An array from 0.
      (
        slurm.merging(["SLURM_ARRAY_TASK_MIN": "0", "SLURM_ARRAY_TASK_MAX": "7"]) { $1 }, nil, "6/8"
      ),
      // A part of an array that is sent again counts from 1.
      (
        slurm.merging(["SLURM_ARRAY_TASK_MIN": "3", "SLURM_ARRAY_TASK_COUNT": "2"]) { $1 }, 64,
        "5/64"
      ),
      (["JOB_COMPLETION_INDEX": "0"], 64, "1/64"),
      (["OMPI_COMM_WORLD_RANK": "3", "OMPI_COMM_WORLD_SIZE": "4"], nil, "4/4"),
      (["PMI_RANK": "0", "PMI_SIZE": "2", "SLURM_PROCID": "0", "SLURM_NTASKS": "2"], nil, "1/2"),
      (["MV2_COMM_WORLD_RANK": "1", "MV2_COMM_WORLD_SIZE": "2"], 2, "2/2"),
      (slurm.merging(["PMI_RANK": "0", "PMI_SIZE": "1"]) { $1 }, nil, "5/8"),
      (["PARALLEL_SEQ": "64"], 64, "64/64"),
      (["SLURM_PROCID": "2", "SLURM_NTASKS": "8"], nil, "3/8"),
    ] as [([String: String], Int?, String)])
  func environment(variables: [String: String], count: Int?, shard: String) throws {
    #expect(try ShardEnvironment(variables).shard(of: count).description == shard)
  }

  @Test(
    "An environment that does not tell for certain is refused",
    arguments: [
      ([:], 64), (["PARALLEL_SEQ": "3"], nil), (["JOB_COMPLETION_INDEX": "3"], nil),
      // Of two givers nobody knows which is meant.
      (slurm.merging(["OMPI_COMM_WORLD_RANK": "0", "OMPI_COMM_WORLD_SIZE": "2"]) { $1 }, nil),
      (["PARALLEL_SEQ": "3", "JOB_COMPLETION_INDEX": "3"], 8),
      // Another number than the launcher has.
      (["OMPI_COMM_WORLD_RANK": "0", "OMPI_COMM_WORLD_SIZE": "2"], 3),
      (["PARALLEL_SEQ": "\(Int.max)"], 64), (["JOB_COMPLETION_INDEX": "\(Int.max)"], 64),
      (["PARALLEL_SEQ": "65"], 64), (["OMPI_COMM_WORLD_RANK": "x"], 64),
      // A part of an array from 0: its task 5 may be shard 5 or 6.
      (slurm.merging(["SLURM_ARRAY_TASK_MIN": "0", "SLURM_ARRAY_TASK_COUNT": "2"]) { $1 }, 64),
      (slurm.merging(["SLURM_ARRAY_TASK_COUNT": "2"]) { $1 }, nil),
      // One of many jobs that are no array.
      (["SLURM_PROCID": "0", "SLURM_NTASKS": "1"], nil),
    ] as [([String: String], Int?)])
  func unknown(variables: [String: String], count: Int?) {
    #expect(throws: RunError.self) { try ShardEnvironment(variables).shard(of: count) }
  }
}
