extension RunReport {
  /// What a report tells about one backend.
  public struct Backend: Sendable {
    /// The name in the file.
    public var name: String
    /// How often the balancer picked it.
    public var picked: Int
    /// Requests that it answered well.
    public var succeeded: Int
    /// Requests picked for it that failed.
    public var failed: Int
    /// Its part of all picks, from 0 to 1.
    public var share: Figure
    /// CPU time used over CPU time available, from 0 to 1.
    public var utilization: Figure
    /// How long its CPU quota kept it from running, in seconds.
    public var throttledSeconds: Figure
    /// The mean number of requests waiting for a worker, over time.
    public var queueMean: Figure
    /// Times from the balancer's pick to its receipt of the answer.
    public var response: LatencyFigures
    /// The most memory that it held, in bytes.
    public var memoryPeakBytes: Int
    /// How often it was killed for want of memory.
    public var outOfMemoryKills: Int
    /// How often it was started again.
    public var restarts: Int

    /// Makes the figures of a backend.
    public init(
      name: String, picked: Int, succeeded: Int, failed: Int, share: Figure,
      utilization: Figure, throttledSeconds: Figure, queueMean: Figure,
      response: LatencyFigures, memoryPeakBytes: Int = 0, outOfMemoryKills: Int = 0,
      restarts: Int = 0
    ) {
      self.name = name
      self.picked = picked
      self.succeeded = succeeded
      self.failed = failed
      self.share = share
      self.utilization = utilization
      self.throttledSeconds = throttledSeconds
      self.queueMean = queueMean
      self.response = response
      self.memoryPeakBytes = memoryPeakBytes
      self.outOfMemoryKills = outOfMemoryKills
      self.restarts = restarts
    }
  }
}

/// The JSON of one backend. Of the response times it has the mean only; the percentiles are in the
/// table and in the CSV.
extension RunReport.Backend: Encodable, JSONWritten {
  /// Writes the figures without the name, which is the key they stand under.
  public func encode(to encoder: any Encoder) throws { try write(through: encoder) }

  func write(to text: inout [UInt8]) {
    text.beginObject()
    text.append("memory_peak_bytes", memoryPeakBytes)
    text.append("oom_kills", outOfMemoryKills)
    text.append("picked", picked)
    text.append("queue_mean", queueMean)
    text.append("response_ms_mean", response.mean)
    text.append("restarts", restarts)
    text.append("share", share)
    text.append("succeeded", succeeded)
    text.append("throttled_s", throttledSeconds)
    text.append("utilization", utilization)
    text.endObject()
  }
}
