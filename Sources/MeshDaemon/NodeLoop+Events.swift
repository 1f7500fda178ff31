import Logging
import MeshConsensus
import MeshModel
import MeshNode

extension NodeLoop {
    /// Says in the log what people should know of.
    mutating func note(_ event: Event) {
        if case .elected = event { noteAllHandedOver() }
        switch event {
        case .campaigning(let epoch): logger.info("stands for election in epoch \(epoch)")
        case .elected(let epoch): logger.info("elected in epoch \(epoch)")
        case .serving(let epoch): logger.notice("is host now and decides requests, epoch \(epoch)")
        case .steppedDown(let epoch, let why):
            logger.notice("is no longer host of epoch \(epoch): \(why)")
        case .followsHost(let kiosk, let epoch):
            logger.notice("follows host \(name(of: kiosk)), epoch \(epoch)")
        case .hostLost(let kiosk): logger.warning("lost the host \(name(of: kiosk))")
        case .registerRecorded(let register):
            let members = register.inSync.map { name(of: $0.kiosk) }.joined(separator: " ")
            let voters = register.voters.map { name(of: $0.kiosk) }.joined(separator: " ")
            logger.info("register \(register.version): in sync \(members); voters \(voters)")
        case .memberLeft(let kiosk):
            logger.warning("\(name(of: kiosk)) is taken out of the in-sync set")
        case .memberJoined(let kiosk): logger.info("\(name(of: kiosk)) has caught up")
        case .refusedBlock(let kiosk, let why):
            let what = "refused a block from \(name(of: kiosk)): \(why)"
            parts.noise.log(.error, kind: what, what)
        case .admitted(_, let name): logger.notice("\(name) is admitted")
        case .revoked(let kiosk): logger.notice("\(name(of: kiosk)) is revoked and cut off")
        case .droppedMessage(let kiosk, let why):
            let what = "dropped a message from \(name(of: kiosk)): \(why)"
            parts.noise.log(.warning, kind: what, what)
        }
    }
}
