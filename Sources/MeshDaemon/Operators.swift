import Foundation
import MeshCrypto
import MeshModel
import MeshWire

/// What an operator writes into a grant's file, checked for form only.
package struct GrantDraft: Sendable {
    package var name: String
    /// `pretix`, `box-office` or `csv`.
    package var kind: String
    /// URL or folder.
    package var address: String
    package var organizer = ""
    package var token = ""
    package var enrolment = ""
    /// Nil is all.
    package var events: [String]?
    package var lists: [UInt64]?
    package var products: [String]?
    /// First and last code, both included; nil is all.
    package var codes: [(first: String, last: String)]?
    package var accounts: [String]?
    /// Milliseconds since 1970 UTC.
    package var validFrom: Int64?
    package var validUntil: Int64?
    package var upload = Upload.manual

    /// How the server is asked and told.
    package enum Upload: String, Sendable, CaseIterable {
        case manual, continuous, courier
    }

    package init(name: String, kind: String, address: String) {
        self.name = name
        self.kind = kind
        self.address = address
    }
}

/// Operators sign grants on behalf of the admin key, without needing it each time.
package enum Operators {
    static let keyName = "operator-key"
    /// The operator that is made with the mesh.
    static let founderName = "founder"

    /// Makes an operator's key with the admin key in a founder's state directory.
    ///
    /// - Returns: the bytes of the key's file.
    package static func make(
        state path: String, name: String, passphraseFile: String?
    ) throws(DaemonError) -> [UInt8] {
        let state = try StateFiles.open(path, create: false)
        guard let sealed = try state.read(StateFiles.adminKeyName) else {
            throw DaemonError(
                "no_admin_key", "There is no admin key in \(path).",
                hint: "Give the command on the kiosk that founded the mesh.")
        }
        var seed = sealed
        if sealed.count != 32 {
            guard let file = passphraseFile else {
                throw DaemonError(
                    "passphrase_needed", "The admin key is sealed under a passphrase.",
                    hint: "Add --passphrase-file FILE.", exitCode: 4)
            }
            let passphrase = try DaemonEntry.line(of: file, "passphrase")
            guard let opened = try? PassphraseSeal(passphrase: passphrase).open(sealed) else {
                throw DaemonError(
                    "wrong_passphrase", "The passphrase does not open the admin key.",
                    hint: "Give the file that `kioskmesh init` was given.", exitCode: 4)
            }
            seed = opened
        }
        return try make(name: name, admin: SigningKey(seed: seed))
    }

    static func make(name: String, admin: SigningKey) throws(DaemonError) -> [UInt8] {
        do {
            return try OperatorKey.make(name: name, admin: admin, at: wallNow()).bytes
        } catch {
            throw DaemonError("bad_name", error.message + ".", exitCode: 64)
        }
    }

    /// Signs a grant with the operator key in the state directory, or in the file given.
    ///
    /// - Returns: the signed grant's exact bytes.
    package static func sign(
        _ draft: GrantDraft, state path: String, keyFile: String?
    ) throws(DaemonError) -> [UInt8] {
        let (mesh, keys, key) = try open(state: path, keyFile: keyFile)
        let secrets = GrantSecrets(
            token: draft.token, enrolment: draft.enrolment,
            codes: draft.codes?.map { GrantSecrets.CodeRange(first: $0.first, last: $0.last) },
            accounts: draft.accounts)
        let sealing = TicketSealing(keys)
        var digest: UInt64 = 0
        if secrets.codes != nil || secrets.accounts != nil {
            digest = sealing.contentDigest(secrets.bytes)
        }
        let grant = Grant(
            name: draft.name, version: wallNow(),
            server: Grant.ServerReference(
                kind: draft.kind, address: draft.address, organizer: draft.organizer),
            scope: Grant.Scope(
                events: draft.events, lists: draft.lists, products: draft.products,
                codesDigest: digest),
            validFrom: draft.validFrom, validUntil: draft.validUntil,
            upload: Grant.UploadPolicy(draft.upload),
            operatorName: key.name, sealed: sealing.seal(secrets.bytes, for: .grant))
        let bytes = key.sign(grant)
        do { _ = try GrantCodec(mesh: mesh, verifier: SodiumVerifier()).open(bytes) } catch {
            throw DaemonError("bad_grant", "\(error.message).", exitCode: 64)
        }
        return bytes
    }

    /// Signs the withdrawal of a grant, given as its exact bytes.
    package static func withdraw(
        _ bytes: [UInt8], state path: String, keyFile: String?
    ) throws(DaemonError) -> [UInt8] {
        let (mesh, _, key) = try open(state: path, keyFile: keyFile)
        do {
            var grant = try GrantCodec(mesh: mesh, verifier: SodiumVerifier()).open(bytes).grant
            grant.version = max(wallNow(), grant.version + 1)
            grant.isWithdrawn = true
            return key.sign(grant)
        } catch {
            throw DaemonError("bad_grant", "\(error.message).")
        }
    }

    /// The mesh's id and its public key for sealed codes, in hexadecimal, for a box office.
    package static func meshKeys(
        state path: String
    ) throws(DaemonError) -> (mesh: String, boxKey: String) {
        let (mesh, keys) = try member(state: path)
        return (mesh.key.hex, hexadecimal(TicketSealing(keys).boxKey.publicKey))
    }

    private static func member(state path: String) throws(DaemonError) -> (MeshID, MeshKeys) {
        let (_, charter, keys) = try StateFiles.open(path, create: false).member()
        return (charter.mesh, keys)
    }

    private static func open(
        state path: String, keyFile: String?
    ) throws(DaemonError) -> (MeshID, MeshKeys, OperatorKey) {
        let (mesh, keys) = try member(state: path)
        let bytes: [UInt8]
        if let keyFile {
            guard let data = FileManager.default.contents(atPath: keyFile) else {
                throw DaemonError(
                    "no_operator_key", "\(keyFile) cannot be read.",
                    hint: "Give the file that `kioskmesh operator create` wrote.", exitCode: 4)
            }
            bytes = [UInt8](data)
        } else {
            guard let own = try StateFiles.open(path, create: false).read(keyName) else {
                throw DaemonError(
                    "no_operator_key", "There is no operator's key in \(path).",
                    hint: "Make one on the founding kiosk with `kioskmesh operator create NAME "
                        + "--out FILE`, and give it here with --operator-key FILE.",
                    exitCode: 4)
            }
            bytes = own
        }
        do { return (mesh, keys, try OperatorKey(bytes: bytes, mesh: mesh)) } catch {
            throw DaemonError(
                "bad_operator_key", "The operator's key is of no use here: \(error.message).",
                hint:
                    "Make one on the kiosk that founded this mesh: kioskmesh operator create NAME",
                exitCode: 4)
        }
    }
}

extension Grant.UploadPolicy {
    fileprivate init(_ upload: GrantDraft.Upload) {
        self =
            switch upload {
            case .manual: .manual
            case .continuous: .continuous
            case .courier: .courier
            }
    }
}
