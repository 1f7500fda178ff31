import Foundation
import MeshModel
import MeshWire

/// A bundle that a kiosk of the mesh writes.
package final class OutgoingBundle {
    private let writer: BundleWriter
    private let grants: GrantCodec
    /// Facts in it.
    package private(set) var factCount = 0
    /// Segments in it.
    package private(set) var segments: [String] = []

    package init(state: String, path: String) throws(DaemonError) {
        let member = try CourierMember(state: state)
        grants = member.grants
        writer = try member.writer(path, .fromMesh)
    }

    /// Adds an item as the daemon hands it out: its bytes in base64.
    package func add(base64: String) throws(DaemonError) {
        let item: BundleItem
        do {
            item = try BundleItem(
                bytes: [UInt8](Data(base64Encoded: base64) ?? Data()), grants: grants)
        } catch { throw DaemonError("bad_answer", "The daemon's item: \(error.message).") }
        switch item {
        case .grant(let grant, _): segments.append(grant.grant.name)
        case .fact: factCount += 1
        case .page, .receipts: break
        }
        try writer.add(item)
    }

    /// Signs it and puts it in its place.
    package func finish() throws(DaemonError) { try writer.finish() }
}

/// A bundle that a kiosk of the mesh reads, verified as a whole before its first item.
package struct IncomingBundle {
    /// One item, with what decides whether and how it is handed to the host.
    package struct Item {
        package enum Content: Sendable, Hashable {
            /// The segment's name.
            case grant(String)
            /// Pages of an event: how many tickets, and when they were read.
            case page(segment: String, event: String, tickets: Int, asOf: Int64)
            case receipts(Int)
        }

        package let content: Content
        private let item: BundleItem

        init?(_ item: BundleItem) {
            self.item = item
            switch item {
            case .grant(let grant, _): content = .grant(grant.grant.name)
            case .page(let page):
                content = .page(
                    segment: page.progress.segment, event: page.progress.event,
                    tickets: page.tickets.count, asOf: page.progress.at)
            case .receipts(let receipts): content = .receipts(receipts.count)
            case .fact: return nil
            }
        }

        /// Its bytes in base64. Where the event is open already, with data read at `openSince`, its
        /// pages go in as changes, so that redemption stays open meanwhile; only the last says
        /// when it was read, so that an import that broke off is not taken for a whole one.
        package func base64(openSince: Int64?) -> String {
            var item = item
            if let openSince, case .page(var page) = item, page.progress.step != .ready {
                page.progress.step = .ready
                page.progress.at = openSince
                item = .page(page)
            }
            return Data(item.bytes).base64EncodedString()
        }
    }

    private var reader: BundleReader
    /// Whether it is for the mesh, and not from it.
    package var isForMesh: Bool { reader.header.kind == .forMesh }

    package init(state: String, path: String) throws(DaemonError) {
        reader = try CourierMember(state: state).reader(path)
    }

    /// The next item; nil at the end.
    package mutating func next() throws(DaemonError) -> Item? {
        while let item = try reader.next() {
            if let item = Item(item) { return item }
        }
        return nil
    }
}
