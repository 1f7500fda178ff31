import SimulatorKit

let result = Simulation.run(RunOptions(seed: UInt64(CommandLine.arguments[1])!, kiosks: 5, seconds: UInt64(CommandLine.arguments[2])!), log: CommandLine.arguments.count > 3 ? { print($0) } : nil)
print(result)
