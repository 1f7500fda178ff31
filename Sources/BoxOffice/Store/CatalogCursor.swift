/// Where a page begins: behind a change of one event in one database. As text
/// `1.<database>.<change>`; clients keep it as it is.
struct CatalogCursor: Hashable {
    private static let version = "1"

    let database: String
    /// The last change that was seen; 0 is the beginning.
    let change: Int64

    var text: String { "\(Self.version).\(database).\(change)" }

    init(database: String, change: Int64) {
        self.database = database
        self.change = change
    }

    /// Throws `invalid` for what is no cursor.
    init(_ text: String) throws(BoxOfficeError) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == Self.version, let change = Int64(parts[2]),
            change >= 0, parts[1].utf8.count == 8
        else {
            throw BoxOfficeError(
                .invalid, "The cursor is not one of ours.",
                hint: "Send the cursor of the last page as it is, or none to begin anew.")
        }
        self.init(database: String(parts[1]), change: change)
    }
}
