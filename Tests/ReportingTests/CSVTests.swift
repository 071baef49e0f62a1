import Reporting
import Testing

struct CSVTests {
  @Test func `a row for each backend and one for the total stand under the header`() {
    let expected = """
      backend,picked,succeeded,failed,share,utilization,throttled_s,queue_mean,mean_ms,p50_ms,\
      p90_ms,p95_ms,p99_ms,p99_9_ms,max_ms,memory_peak_bytes,oom_kills,restarts
      back-01,1000,1000,0,0.16666666666666666,0.5,0.0,1.25,2.05,4.1,4.1,4.1,4.1,4.1,4.1,0,0,0
      back-02,2000,2000,0,0.3333333333333333,0.5,0.0,1.25,2.05,4.1,4.1,4.1,4.1,4.1,4.1,0,0,0
      back-03,3000,2988,12,0.5,0.5,61.2,1.25,2.05,4.1,4.1,4.1,4.1,4.1,4.1,0,0,0
      total,6000,5987,12,1.0,,61.2,3.75,475.0,950.0,950.0,950.0,950.0,950.0,950.0,0,0,0
      """
    #expect(sampleReport().csv == expected + "\n")
  }

  @Test func `a name with commas and quotes is quoted`() {
    var report = sampleReport()
    report.backends[0].name = "a \"b\", c"
    #expect(report.csv.contains("\n\"a \"\"b\"\", c\",1000,"))
  }
}
