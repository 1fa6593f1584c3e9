import CheckStudy
import Foundation

// Every swap of two weights in the trained networks, and what the check says of it, as Markdown.
let images = [8, 64, 360]
let studies = try StudiedNetwork.all.map { name in
  let study = try Study(of: name, images: images)
  FileHandle.standardError.write(Data("\(name): \(study.rows.count) swaps\n".utf8))
  return study
}
let heading = CommandLine.arguments.dropFirst().joined(separator: " ")
print(StudyPage(studies, images: images, heading: heading).text, terminator: "")
