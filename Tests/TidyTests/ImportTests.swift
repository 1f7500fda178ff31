import Testing

/// One direction of dependency. The compiler keeps it between our targets; modules of the
/// toolchain it lets pass, so that only this table keeps Foundation out of the core.
@Suite struct ImportTests {
    static let core = [
        "MeshRules", "MeshModel", "MeshLedger", "MeshConsensus", "MeshNode", "MeshSync",
    ]

    /// Everything a target of the core may import.
    static let coreTable: [String: [String]] = [
        "MeshRules": [],
        "MeshModel": [],
        "MeshLedger": ["MeshModel"],
        "MeshConsensus": ["MeshModel", "MeshLedger"],
        "MeshSync": ["MeshModel", "MeshLedger"],
        "MeshNode": ["MeshRules", "MeshModel", "MeshLedger", "MeshConsensus"],
    ]

    /// What each other target may import of our own; foreign packages are Package.swift's matter.
    static let ownTable: [String: [String]] = [
        "MeshCrypto": ["CSodium"],
        "TicketCodes": ["MeshCrypto"],
        "MeshWire": core + ["MeshCrypto", "TicketCodes"],
        "MeshStorage": ["MeshCrypto"],
        "MeshTransport": ["MeshCrypto"],
        "MeshDiscovery": ["CDNSSD"],
        "MeshControl": [],
        "TicketFiles": [],
        "TicketServers": ["MeshCrypto", "TicketCodes", "TicketFiles"],
        "BoxOffice": ["MeshCrypto", "TicketCodes", "TicketFiles"],
        "MeshDaemon": core + [
            "MeshWire", "MeshCrypto", "MeshStorage", "MeshTransport", "MeshDiscovery",
            "MeshControl", "TicketServers",
        ],
        "kioskmesh": ["MeshDaemon", "MeshControl", "MeshCrypto", "TicketFiles", "BoxOffice"],
        "SimulatorKit": core + ["MeshWire", "MeshCrypto"],
        "kioskmesh-sim": ["SimulatorKit", "MeshConsensus"],
    ]

    private static let own = Set(coreTable.keys).union(ownTable.keys).union(["CSodium", "CDNSSD"])

    @Test(arguments: core) func theCoreImportsOnlyItself(_ target: String) throws {
        let allowed = Self.coreTable[target] ?? []
        for (path, line, module) in try imports(of: "Sources/\(target)")
        where !allowed.contains(module) {
            Issue.record("\(path):\(line) imports \(module)")
        }
    }

    @Test(arguments: ownTable.keys.sorted()) func targetsImportDownwards(_ target: String) throws {
        let allowed = Self.ownTable[target] ?? []
        let all = try imports(of: folder(target))
        for (path, line, module) in all where Self.own.contains(module) {
            if !allowed.contains(module) { Issue.record("\(path):\(line) imports \(module)") }
        }
    }

    @Test func everyTargetIsInATable() throws {
        let folders =
            try Repository.names(in: "Sources")
            + Repository.names(in: "Simulator").filter {
                !Repository.files(below: "Simulator/\($0)").isEmpty
            }
        for name in folders where !Self.own.contains(name) {
            Issue.record("\(name) is in no table of what may import what")
        }
    }

    private func folder(_ target: String) -> String {
        let isSimulator = ["SimulatorKit", "kioskmesh-sim"].contains(target)
        return (isSimulator ? "Simulator/" : "Sources/") + target
    }

    private func imports(of folder: String) throws -> [(String, Int, String)] {
        let paths = Repository.files(below: folder)
        #expect(!paths.isEmpty, "\(folder) has no files")
        return try paths.flatMap { path in
            try Repository.lines(of: path).compactMap { number, line in
                let words = Repository.code(line).split(separator: " ")
                guard let at = words.firstIndex(of: "import"), at + 1 < words.count,
                    words[..<at].allSatisfy(Self.modifiers.contains)
                else { return nil }
                return (path, number, String(words[at + 1].prefix { $0 != "." }))
            }
        }
    }

    private static let modifiers: [Substring] = [
        "package", "public", "internal", "private", "fileprivate", "@preconcurrency",
        "@testable", "@_exported",
    ]
}
