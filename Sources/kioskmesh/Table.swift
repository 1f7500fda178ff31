/// A plain table that fits 80 columns: the widest columns give way, but never one that people copy
/// into a command.
struct Table {
    struct Column {
        let title: String
        var isNumber = false
        /// Never cut, even where the table gets too wide.
        var isWhole = false
    }

    /// Narrowest that a cut column gets: less says nothing.
    private static let narrowest = 8

    let columns: [Column]
    var rows: [[String]] = []
    /// Nil lets the table be as wide as it wants.
    var maximumWidth: Int?

    init(_ titles: [Column], maximumWidth: Int?) {
        columns = titles
        self.maximumWidth = maximumWidth
    }

    /// The lines, header first; `marks` are two columns before each row.
    func lines(marks: [String] = []) -> [String] {
        var widths = columns.indices.map { index in
            max(
                Text.width(columns[index].title),
                rows.map { Text.width(Text.printable($0[index])) }.max() ?? 0)
        }
        if let maximumWidth { narrow(&widths, to: maximumWidth) }
        let header = line(columns.map(\.title), widths)
        let body = rows.enumerated().map { index, row in
            (marks.indices.contains(index) ? marks[index] : "  ")
                + line(row.map(Text.printable), widths)
        }
        return ["  " + header] + body
    }

    private func narrow(_ widths: inout [Int], to maximumWidth: Int) {
        var excess = widths.reduce(2, +) + 2 * (columns.count - 1) - maximumWidth
        let mayGiveWay = columns.indices.filter { !columns[$0].isWhole && !columns[$0].isNumber }
        for index in mayGiveWay.sorted(by: { widths[$0] > widths[$1] }) where excess > 0 {
            let given = min(excess, max(0, widths[index] - Self.narrowest))
            widths[index] -= given
            excess -= given
        }
    }

    private func line(_ cells: [String], _ widths: [Int]) -> String {
        var line = zip(cells, columns.indices)
            .map { Text.fitted($0, to: widths[$1], right: columns[$1].isNumber) }
            .joined(separator: "  ")
        while line.last == " " { line.removeLast() }
        return line
    }
}
