import Assay
import Foundation

/// The results as a page of Markdown.
struct ResultsPage {
  let results: Results

  var text: String {
    let date = Date.now.formatted(.iso8601.year().month().day())
    let list = (results.conditions).map { "- \($0)" }.joined(separator: "\n")
    let goals = results.goals.map { "- \($0)" }.joined(separator: "\n")
    return """
      # \(results.model.recipe.name), \(date)

      \(list)

      \(goals)

      \(results.table)

      \(Results.legend)

      """
  }
}
