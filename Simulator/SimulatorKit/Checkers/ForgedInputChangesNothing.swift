/// Guarantee 5: what is forged, replayed by others, or comes from outside the roster is refused.
struct ForgedInputChangesNothing: Checker {
    let name = "forgery-taken"
    let interests: [Observation.Kind] = [.forgeryTaken]

    mutating func observe(_ observation: Observation, in world: World) -> String? {
        guard case .forgeryTaken(let what, let kiosk) = observation else { return nil }
        return "n\(kiosk) took \(what)"
    }
}
