import Glibc

/// Colour beside the words, never instead of them.
struct Style: Sendable {
    enum Colour: Int, Sendable {
        case red = 31
        case green = 32
        case yellow = 33
        case grey = 90
    }

    let isColoured: Bool

    /// `--no-color` and `NO_COLOR` go before `CLICOLOR_FORCE`, and that before what the output is.
    init(noColour: Bool, environment: [String: String], isTerminal: Bool) {
        if noColour || !(environment["NO_COLOR"] ?? "").isEmpty {
            isColoured = false
        } else if let force = environment["CLICOLOR_FORCE"], !force.isEmpty, force != "0" {
            isColoured = true
        } else {
            isColoured = isTerminal && environment["TERM"] != "dumb"
        }
    }

    func callAsFunction(_ text: String, _ colour: Colour, bold: Bool = false) -> String {
        guard isColoured else { return text }
        return "\u{1B}[\(bold ? "1;" : "")\(colour.rawValue)m\(text)\u{1B}[0m"
    }
}
