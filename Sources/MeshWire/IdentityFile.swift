package import MeshModel
import SwiftProtobuf

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A kiosk's own keys and the mesh it belongs to: the file `identity`, mode 0600.
package struct IdentityFile: Sendable, Equatable {
    package var identitySeed: [UInt8]
    package var tlsSeed: [UInt8]
    package var name: String
    package var hasStorage: Bool
    /// Whether it is a management terminal; see `RosterEntry`.
    package var isTerminal = false
    /// A signed charter; nil until admitted.
    package var charter: [UInt8]?
    package var keys: MeshKeys?
    /// The join token's text while not admitted.
    package var pendingToken: String?
    /// Request id of the application, kept across retries.
    package var joinRequest: RequestID?

    package init(
        identitySeed: [UInt8], tlsSeed: [UInt8], name: String, hasStorage: Bool,
        charter: [UInt8]? = nil, keys: MeshKeys? = nil, pendingToken: String? = nil,
        joinRequest: RequestID? = nil
    ) {
        self.identitySeed = identitySeed
        self.tlsSeed = tlsSeed
        self.name = name
        self.hasStorage = hasStorage
        self.charter = charter
        self.keys = keys
        self.pendingToken = pendingToken
        self.joinRequest = joinRequest
    }

    package init(bytes: [UInt8]) throws(WireError) {
        let pb: PBIdentity = try parse(bytes, "identity file")
        guard pb.identitySeed.count == 32, pb.tlsSeed.count == 32 else {
            throw WireError(.malformed, "the identity file has no keys")
        }
        self.init(
            identitySeed: [UInt8](pb.identitySeed), tlsSeed: [UInt8](pb.tlsSeed), name: pb.name,
            hasStorage: pb.hasStorage_p, charter: pb.charter.isEmpty ? nil : [UInt8](pb.charter),
            keys: pb.credentialKey.isEmpty
                ? nil
                : MeshKeys(
                    credential: try key32(pb.credentialKey, "credential key"),
                    details: try key32(pb.detailsKey, "details key")),
            pendingToken: pb.pendingToken.isEmpty
                ? nil : String(decoding: pb.pendingToken, as: UTF8.self),
            joinRequest: pb.joinRequest.isEmpty ? nil : try key16(pb.joinRequest, "request"))
        isTerminal = pb.isTerminal
    }

    package var bytes: [UInt8] {
        var pb = PBIdentity()
        pb.identitySeed = Data(identitySeed)
        pb.tlsSeed = Data(tlsSeed)
        pb.name = name
        pb.hasStorage_p = hasStorage
        pb.isTerminal = isTerminal
        if let charter { pb.charter = Data(charter) }
        if let keys {
            pb.credentialKey = Data(keys.credential)
            pb.detailsKey = Data(keys.details)
        }
        if let pendingToken { pb.pendingToken = Data(pendingToken.utf8) }
        if let joinRequest { pb.joinRequest = Data(joinRequest) }
        return serialized(pb)
    }
}

/// The keys that every member holds: for credential hashes and for personal details.
package struct MeshKeys: Hashable, Sendable {
    package let credential: Key32
    package let details: Key32

    package init(credential: Key32, details: Key32) {
        self.credential = credential
        self.details = details
    }

    package init(bytes: [UInt8]) throws(WireError) {
        let pb: PBMeshKeys = try parse(bytes, "keys")
        self.init(
            credential: try key32(pb.credentialKey, "credential key"),
            details: try key32(pb.detailsKey, "details key"))
    }

    package var bytes: [UInt8] {
        var pb = PBMeshKeys()
        pb.credentialKey = Data(credential)
        pb.detailsKey = Data(details)
        return serialized(pb)
    }
}
