import ArgumentParser
import Foundation
import SimulatorKit

struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Lists the scenarios that ship, and the classes of faults.")

    @Flag(help: "Print one JSON object.")
    var json = false

    private struct Listing: Encodable {
        struct Item: Encodable {
            let path: String
            let name: String
            let about: String
        }

        var schema = 1
        let scenarios: [Item]
        let faults: [String]
    }

    func run() throws {
        let listing = Listing(scenarios: scenarios(), faults: FaultKind.allCases.map(\.rawValue))
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            print(String(decoding: try encoder.encode(listing), as: UTF8.self))
            return
        }
        for item in listing.scenarios { print("\(item.path)\n    \(item.about)") }
        if listing.scenarios.isEmpty {
            print("No scenarios here: run this in the repository, where Simulator/Scenarios lies.")
        }
        print("Faults for --without: \(listing.faults.joined(separator: ", "))")
    }

    private func scenarios() -> [Listing.Item] {
        let folder = "Simulator/Scenarios"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasSuffix(".yaml") }.sorted().map { name in
            let path = folder + "/" + name
            do {
                let scenario = try LoadedScenario(path).scenario
                return Listing.Item(path: path, name: scenario.name, about: scenario.about)
            } catch {
                return Listing.Item(path: path, name: name, about: "cannot be read: \(error)")
            }
        }
    }
}
