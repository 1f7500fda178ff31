import GRDB
import MeshCrypto

extension BoxOffice {
    /// Fewest hexadecimal digits that name a registered mesh.
    private static let shortestPrefix = 8

    /// Remembers where sealed codes for a mesh go. The same again changes nothing; another key for
    /// a known mesh is refused (`mesh_key_differs`): whoever has a token may not divert tickets.
    package func register(_ mesh: MeshAddress) throws(BoxOfficeError) {
        let (id, key) = (Hex.encode(mesh.id), Hex.encode(mesh.boxKey))
        do {
            let known = try pool.write { database in
                try database.execute(
                    sql: "INSERT OR IGNORE INTO meshes (id, box_key) VALUES (?, ?)",
                    arguments: [id, key])
                return try String.fetchOne(
                    database, sql: "SELECT box_key FROM meshes WHERE id = ?", arguments: [id])
            }
            guard known == key else {
                throw BoxOfficeError(
                    .meshKeyDiffers, "The mesh \(id.prefix(16)) is registered with another key.",
                    hint: "Check that it is the mesh's own doing; a mesh that was set up anew has "
                        + "a new id.")
            }
        } catch {
            throw .database(error, "register the mesh")
        }
    }

    /// Every mesh that registered.
    package func meshes() throws(BoxOfficeError) -> [MeshAddress] {
        do {
            let rows = try pool.read {
                try Row.fetchAll($0, sql: "SELECT id, box_key FROM meshes ORDER BY id")
            }
            return rows.compactMap { MeshAddress("\($0[0] as String):\($0[1] as String)") }
        } catch {
            throw .database(error, "read the meshes")
        }
    }

    /// The mesh that `text` means: a whole address, or the first digits (8 or more) of the id of
    /// a registered one. Throws `unknown_mesh`.
    package func mesh(_ text: String) throws(BoxOfficeError) -> MeshAddress {
        if let address = MeshAddress(text) { return address }
        let known = try meshes()
        let wanted = text.lowercased()
        let found = known.filter {
            wanted.utf8.count >= Self.shortestPrefix && Hex.encode($0.id).hasPrefix(wanted)
        }
        if let only = found.first, found.count == 1 { return only }
        let names = known.map { Hex.encode($0.id).prefix(16) }.joined(separator: ", ")
        throw BoxOfficeError(
            .unknownMesh,
            found.isEmpty
                ? "No registered mesh is called \(text.prefix(80))."
                : "Several registered meshes begin with \(text.prefix(80)).",
            hint: names.isEmpty
                ? "None is registered: let a mesh download first, or give id:key as that mesh "
                    + "shows it."
                : "Registered are \(names). Give 8 or more digits, or id:key as the mesh shows it.")
    }
}
