// swift-tools-version: 6.2
// One direction of dependency: words and rules ← ledger ← consensus ← node (all pure) ← wire ←
// shells ← the executables. Each folder is a target, so the compiler keeps the direction.

import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

func nio(_ name: String) -> Target.Dependency { .product(name: name, package: "swift-nio") }
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let protobuf = Target.Dependency.product(name: "SwiftProtobuf", package: "swift-protobuf")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let lifecycle = Target.Dependency.product(
    name: "ServiceLifecycle", package: "swift-service-lifecycle")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")

func pure(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func shell(
    _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []
) -> Target {
    .target(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: strict)
}

func test(
    _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = [],
    resources: [Resource] = []
) -> Target {
    .testTarget(
        name: name, dependencies: dependencies, exclude: exclude, resources: resources,
        swiftSettings: strict)
}

let package = Package(
    name: "KioskMesh",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "kioskmesh", targets: ["kioskmesh"]),
        .executable(name: "kioskmesh-sim", targets: ["kioskmesh-sim"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-asn1", exact: "1.7.4"),
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
        .package(url: "https://github.com/apple/swift-protobuf", exact: "1.39.0"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        .package(
            url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
        .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
        .package(
            url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    ],
    targets: [
        // The pure core: no package, no clock, no randomness, no input or output.
        pure("MeshRules"),
        pure("MeshModel"),
        pure("MeshLedger", ["MeshModel"]),
        pure("MeshConsensus", ["MeshModel", "MeshLedger"]),
        pure("MeshNode", ["MeshModel", "MeshLedger", "MeshConsensus", "MeshRules"]),
        pure("MeshSync", ["MeshModel", "MeshLedger"]),

        // System libraries and what is exact bytes.
        .systemLibrary(
            name: "CSodium", path: "Sources/CSodium", pkgConfig: "libsodium",
            providers: [.apt(["libsodium-dev"])]),
        .systemLibrary(
            name: "CDNSSD", path: "Sources/CDNSSD",
            providers: [.apt(["libavahi-compat-libdnssd-dev"])]),
        .target(name: "MeshCrypto", dependencies: ["CSodium"], swiftSettings: strict),
        shell("TicketCodes", ["MeshCrypto"]),
        shell(
            "MeshWire",
            [
                "MeshModel", "MeshLedger", "MeshConsensus", "MeshNode", "MeshCrypto",
                "TicketCodes", protobuf,
            ],
            exclude: ["Generated/SOURCES.txt"]),

        // The shells: none imports another.
        shell("MeshStorage", [.product(name: "GRDB", package: "GRDB.swift"), "MeshCrypto"]),
        shell(
            "MeshTransport",
            [
                nio("NIOCore"), nio("NIOPosix"), nio("NIOTLS"), logging, "MeshCrypto",
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
            ]),
        shell("MeshDiscovery", ["CDNSSD", logging]),
        shell("MeshControl", [nio("NIOCore"), nio("NIOPosix"), logging]),
        shell("TicketFiles", []),
        shell(
            "TicketServers",
            [
                "TicketCodes", "TicketFiles", "MeshCrypto", nio("NIOCore"),
                nio("NIOFoundationCompat"), nio("NIOHTTP1"), logging,
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]),
        shell(
            "BoxOffice",
            [
                "MeshCrypto", "TicketCodes", "TicketFiles", logging, lifecycle, httpTypes,
                nio("NIOCore"), nio("NIOPosix"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "GRDB", package: "GRDB.swift"),
            ]),

        // Composition and the executables.
        shell(
            "MeshDaemon",
            [
                "MeshModel", "MeshLedger", "MeshConsensus", "MeshNode", "MeshSync", "MeshWire",
                "MeshCrypto", "MeshStorage", "MeshTransport", "MeshDiscovery", "MeshControl",
                "TicketServers",
                nio("NIOCore"), logging, lifecycle, signals,
            ]),
        .executableTarget(
            name: "kioskmesh",
            dependencies: [
                "MeshDaemon", "MeshControl", "MeshCrypto", "TicketFiles", "BoxOffice", arguments,
                logging, signals,
                lifecycle, .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: strict),
        .target(
            name: "SimulatorKit",
            dependencies: [
                "MeshModel", "MeshLedger", "MeshConsensus", "MeshNode", "MeshSync", "MeshWire",
                "MeshCrypto", .product(name: "Yams", package: "Yams"),
            ],
            path: "Simulator/SimulatorKit", swiftSettings: strict),
        .executableTarget(
            name: "kioskmesh-sim",
            dependencies: [
                "SimulatorKit", "MeshConsensus", arguments,
            ],
            path: "Simulator/kioskmesh-sim", swiftSettings: strict),

        // Tests: one folder a target.
        test("MeshRulesTests", ["MeshRules"], exclude: ["Golden"]),
        test("MeshModelTests", ["MeshModel"]),
        test("MeshLedgerTests", ["MeshModel", "MeshLedger"]),
        test("MeshConsensusTests", ["MeshModel", "MeshLedger", "MeshConsensus"]),
        test(
            "MeshNodeTests", ["MeshModel", "MeshLedger", "MeshConsensus", "MeshNode"],
            exclude: ["Golden"]),
        test("MeshSyncTests", ["MeshModel", "MeshLedger", "MeshSync"]),
        test(
            "MeshWireTests",
            [
                "MeshModel", "MeshLedger", "MeshConsensus", "MeshNode", "MeshWire", "MeshCrypto",
                protobuf,
            ]),
        test("TidyTests", ["MeshCrypto"]),
        test("MeshCryptoTests", ["MeshCrypto"]),
        test(
            "TicketServersTests",
            [
                "TicketServers", "BoxOffice", "MeshCrypto", "TicketCodes", "TicketFiles",
                "TestHosts", logging, lifecycle, nio("NIOCore"), nio("NIOPosix"),
                nio("NIOHTTP1"), .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]),
        test(
            "BoxOfficeTests",
            [
                "BoxOffice", "MeshCrypto", "TicketCodes", httpTypes, logging, lifecycle,
                nio("NIOCore"), .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
            ]),
        test("TicketCodesTests", ["TicketCodes", "MeshCrypto"]),
        test("MeshStorageTests", ["MeshStorage", "MeshCrypto"]),
        test(
            "MeshTransportTests",
            [
                "MeshTransport", "MeshCrypto", logging, nio("NIOCore"), nio("NIOPosix"),
                nio("NIOEmbedded"), nio("NIOTLS"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]),
        test("SimulatorTests", ["SimulatorKit", "MeshConsensus", "kioskmesh-sim"]),
        test("MeshDiscoveryTests", ["MeshDiscovery", "TestHosts", logging]),
        test("MeshControlTests", ["MeshControl", logging]),
        test("TicketFilesTests", ["TicketFiles"]),
        // Machines of their own for tests: network namespaces, with Avahi where wanted.
        .target(name: "TestHosts", path: "Tests/TestHosts", swiftSettings: strict),
        test("VenueTests", ["TestHosts", "MeshControl", "kioskmesh"]),
        test(
            "MeshDaemonTests",
            ["MeshDaemon", "MeshModel", "MeshWire", "MeshControl", "MeshStorage", logging]),
    ],
    swiftLanguageModes: [.v6]
)
