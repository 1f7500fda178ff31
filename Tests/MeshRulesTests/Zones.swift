import MeshRules

/// Zones cut from the tz database around 2026, as a shell would hand them over.
enum Zones {
    static func named(_ name: String) throws -> ZoneTable {
        switch name {
        case "UTC":
            return .utc
        case "Europe/Berlin":
            return try table(
                3600,
                [
                    (1743296400, 7200),
                    (1761440400, 3600),
                    (1774746000, 7200),
                    (1792890000, 3600),
                    (1806195600, 7200),
                    (1824944400, 3600),
                ])
        case "America/New_York":
            return try table(
                -18000,
                [
                    (1741503600, -14400),
                    (1762063200, -18000),
                    (1772953200, -14400),
                    (1793512800, -18000),
                    (1805007600, -14400),
                    (1825567200, -18000),
                ])
        case "Australia/Lord_Howe":
            return try table(
                39600,
                [
                    (1743865200, 37800),
                    (1759591800, 39600),
                    (1775314800, 37800),
                    (1791041400, 39600),
                    (1806764400, 37800),
                    (1822491000, 39600),
                ])
        case "Asia/Beirut":
            return try table(
                7200,
                [
                    (1743285600, 10800),
                    (1761426000, 7200),
                    (1774735200, 10800),
                    (1792875600, 7200),
                    (1806184800, 10800),
                    (1824930000, 7200),
                ])
        case "Pacific/Apia":
            return try table(
                -36000,
                [
                    (1301752800, -39600),
                    (1316872800, -36000),
                    (1325239200, 50400),
                    (1333202400, 46800),
                    (1348927200, 50400),
                ])
        default: throw Missing(name: name)
        }
    }

    struct Missing: Error { let name: String }

    /// Seconds since 1970 and offsets.
    private static func table(
        _ initial: Int32, _ transitions: [(Int64, Int32)]
    ) throws -> ZoneTable {
        try ZoneTable(
            initialOffsetSeconds: initial,
            transitions: transitions.map { .init(at: $0.0 * 1000, offsetSeconds: $0.1) })
    }
}
