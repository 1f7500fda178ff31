package import MeshControl

/// Why the daemon could not do what was asked, in plain words, with what to do about it.
package struct DaemonError: Error, Sendable, Hashable {
    /// A stable word for scripts.
    package let code: String
    /// One plain sentence.
    package let message: String
    /// What to do about it; empty if there is nothing to do.
    package let hint: String
    /// The exit code of the command.
    package let exitCode: Int32

    package init(_ code: String, _ message: String, hint: String = "", exitCode: Int32 = 1) {
        self.code = code
        self.message = message
        self.hint = hint
        self.exitCode = exitCode
    }
}

/// What founding made.
package struct FoundedMesh: Sendable, Hashable {
    /// The mesh's id.
    package let mesh: String
    /// The first kiosk's id.
    package let kiosk: String
    /// A join token.
    package let token: String

    package init(mesh: String, kiosk: String, token: String) {
        self.mesh = mesh
        self.kiosk = kiosk
        self.token = token
    }
}

/// What the executable asks of the daemon's library.
package enum DaemonEntry {
    /// Founds a mesh in an empty state directory.
    package static func found(
        state: String, venue: String, name: String?, passphraseFile: String?,
        storage: StorageChoice
    ) throws(DaemonError) -> FoundedMesh {
        throw notInThisBuild
    }

    /// Prepares a kiosk that is admitted when it runs and finds the mesh.
    package static func prepareJoin(
        token: String, state: String, name: String?, storage: StorageChoice
    ) throws(DaemonError) {
        throw notInThisBuild
    }

    /// Runs the daemon until SIGTERM.
    package static func run(_ options: RunOptions) async throws(DaemonError) {
        throw notInThisBuild
    }

    /// What can be checked of a state directory without its daemon.
    package static func offlineDoctor(state: String) -> [DoctorCheck] { [] }

    private static var notInThisBuild: DaemonError {
        DaemonError("not_built", "This build has no daemon.", hint: "Install a complete build.")
    }
}
