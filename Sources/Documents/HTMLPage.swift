/// A page of its own: nothing is loaded from elsewhere, and no script can run.
package struct HTMLPage {
  /// The title, as plain text.
  package var title: String
  /// What stands inside `<main>`, as HTML.
  package var body: String
  /// Rules beside those that all pages share.
  package var style: String
  /// Whether the page holds pictures, as `data:` in the page itself.
  package var hasPictures: Bool

  /// Puts a page together.
  package init(title: String, body: String, style: String = "", hasPictures: Bool = false) {
    self.title = title
    self.body = body
    self.style = style
    self.hasPictures = hasPictures
  }

  /// The page, ready to be written to a file.
  ///
  /// The policy is a second wall: were a name to escape its escaping, the browser would still refuse to
  /// run or load what it says.
  package var text: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta http-equiv="Content-Security-Policy" content="\(policy)">
    <title>\(title.escapedForXML)</title>
    <style>
    \(Self.sharedStyle)
    \(style)
    </style>
    </head>
    <body>
    <main>
    \(body)
    </main>
    </body>
    </html>

    """
  }

  private var policy: String {
    "default-src 'none'; style-src 'unsafe-inline'" + (hasPictures ? "; img-src data:" : "")
  }
}
