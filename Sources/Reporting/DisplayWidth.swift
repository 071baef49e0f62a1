extension String {
  /// How many columns of a terminal the text takes.
  ///
  /// East Asian wide characters and emoji take two, combining marks none (after Unicode Annex 11).
  public var displayWidth: Int { reduce(0) { $0 + $1.displayWidth } }

  /// The text in at most so many columns; what is cut off shows as an ellipsis.
  public func truncated(toWidth limit: Int) -> String {
    guard displayWidth > limit else { return self }
    var kept = ""
    var width = 1
    for character in self {
      width += character.displayWidth
      guard width <= limit else { break }
      kept.append(character)
    }
    return limit > 0 ? kept + "…" : ""
  }

  /// The text in lines of at most so many columns, broken between words; a longer word has a line.
  func wrapped(toWidth limit: Int) -> [String] {
    var lines: [String] = []
    for word in split(separator: " ") {
      if let line = lines.last, line.displayWidth + 1 + String(word).displayWidth <= limit {
        lines[lines.count - 1] = line + " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }

  /// The text without what would move the cursor or colour the terminal.
  public var printable: String {
    var result = ""
    for scalar in unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .lineSeparator, .paragraphSeparator, .surrogate:
        result.unicodeScalars.append("\u{FFFD}")
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

extension Character {
  /// Zero, one or two columns.
  fileprivate var displayWidth: Int {
    guard let first = unicodeScalars.first else { return 0 }
    switch first.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control: return 0
    default: break
    }
    if first.properties.isEmojiPresentation { return 2 }
    if unicodeScalars.contains(where: { $0.value == 0xFE0F }) { return 2 }
    return wideRanges.contains { $0.contains(first.value) } ? 2 : 1
  }
}

/// The blocks whose characters are wide: Hangul, kana, ideographs and full-width forms.
private let wideRanges: [ClosedRange<UInt32>] = [
  0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
  0xA000...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
  0xFFE0...0xFFE6, 0x20000...0x3FFFD,
]
