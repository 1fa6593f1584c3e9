extension Signal {
  /// Runs `wire` on this signal under `name`, which becomes part of the paths of its layers.
  ///
  /// What a ``Block`` is for pieces that read one signal, this is for those that read others, too.
  public func wired(as name: String, _ wire: (Signal) -> Signal) -> Signal {
    tracer.scope.append(name)
    let group = tracer.open(groupAt: tracer.scope.joined(separator: "/"))
    defer {
      tracer.close(group)
      tracer.scope.removeLast()
    }
    return wire(self)
  }
}
