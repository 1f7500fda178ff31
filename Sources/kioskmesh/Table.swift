/// A plain table that fits 80 columns: the first column gives way where a name is too long.
struct Table {
    struct Column {
        let title: String
        var isNumber = false
    }

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
        let total = widths.reduce(2, +) + 2 * (columns.count - 1)
        if let maximumWidth, total > maximumWidth, !widths.isEmpty {
            widths[0] = max(8, widths[0] - (total - maximumWidth))
        }
        let header = line(columns.map(\.title), widths)
        let body = rows.enumerated().map { index, row in
            (marks.indices.contains(index) ? marks[index] : "  ")
                + line(row.map(Text.printable), widths)
        }
        return ["  " + header] + body
    }

    private func line(_ cells: [String], _ widths: [Int]) -> String {
        var line = zip(cells, columns.indices)
            .map { Text.fitted($0, to: widths[$1], right: columns[$1].isNumber) }
            .joined(separator: "  ")
        while line.last == " " { line.removeLast() }
        return line
    }
}
