/// Names that try to be something else wherever they are written.
package enum HostileNames {
  /// What a page would have to execute for the test to see it: `ran` becomes part of its title.
  private static let canary = "top.ran=document.title='ran'"

  /// One for each way out.
  package static let all = [
    "<img src=x onerror=\"\(canary)\">", "\"><script>\(canary)</script>", "=cmd|' /C calc'!A0",
    "fair\u{202E}gnp.exe", "'-->]]>{{7*7}}${7*7}&amp;&#60;", "a|b,c;d\"e\r\nf\tg",
    "`code` **bold** [link](javascript:\(canary)) @everyone #1 www.example.org", "@SUM(1+1)*cmd",
    String(repeating: "very-long-name-", count: 20), "قطة 猫 🐈‍⬛ 'quoted",
  ]
}
