import Foundation
import SimulatorKit
import MeshConsensus

let a = CommandLine.arguments
let from = UInt64(a[1])!, runs = UInt64(a[2])!, secs = UInt64(a[3])!
let names = a.count > 4 && a[4] != "-" ? a[4].split(separator: ",").map(String.init) : [""]
for name in names {
var fails = 0, n: UInt64 = 0, mix: UInt64 = 0
var red = 0, ack = 0, el = 0
let drop = PlantedBug.named(name)?.rule ?? []
let t0 = Date()
for s in from..<(from + runs) {
    n += 1
    let r = Simulation.run(RunOptions(seed: s, kiosks: 5, seconds: secs, dropped: drop), listener: a.count > 5 ? { print(Double($0.nanoseconds)/1e9, $0.kiosk ?? -1, $0.text) } : nil)
    mix = mix &* 31 &+ r.traceHash
    red += r.redemptions; ack += r.acknowledged; el += r.elections
    if let v = r.violation { fails += 1; print("FAIL \(name) seed \(s): \(v.checker) \(v.what) at \(Double(v.nanoseconds)/1e9)"); if drop != [] { break } }
    if r.isVacuous { print("vacuous \(s)") }
}
print("\(name) runs \(n) fails \(fails) speed \(Double(n*secs) / Date().timeIntervalSince(t0)) hash \(mix) redeemed \(red) ack \(ack) elections \(el)")
}
