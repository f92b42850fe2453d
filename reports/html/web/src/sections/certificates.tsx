// How far a suite's probes can be trusted: false alarms on clean systems, power on planted defects.
import { Foreign, IntervalText, Scroll, Value } from "../page/parts";
import type { CalibrationCertificate } from "../report/report";
import { count, number, percent } from "../text/numbers";

function Certificate({ certificate }: { certificate: CalibrationCertificate }) {
  const rate = certificate.false_alarm_rate;
  const exceeds = rate !== null && certificate.alpha !== null && rate > certificate.alpha;
  return (
    <div class="certificate">
      <h4>Probe <Foreign text={certificate.probe} /></h4>
      <p>
        False alarms on clean systems: <strong><Value value={rate} format={percent} /></strong>{" "}
        {certificate.false_alarm_interval ? <><IntervalText interval={certificate.false_alarm_interval} format={percent} /> </> : null}
        over {count(certificate.seeds, "seed")}; stated rate {percent(certificate.alpha)}.{" "}
        {exceeds ? <strong class="outcome bad">Above the stated rate.</strong> : null}
      </p>
      {certificate.power.length > 0 ? (
        <Scroll label={`Power of probe ${certificate.probe}`}>
          <table class="narrow">
            <caption class="visually-hidden">Power of probe <Foreign text={certificate.probe} /></caption>
            <thead><tr><th scope="col" class="numeric">Planted effect</th><th scope="col" class="numeric">n</th><th scope="col" class="numeric">Power</th></tr></thead>
            <tbody>
              {certificate.power.map((power) => (
                <tr>
                  <td class="numeric"><Value value={power.effect} unit={power.effect_unit} /></td>
                  <td class="numeric">{number(power.n)}</td>
                  <td class="numeric"><Value value={power.power} format={percent} /></td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      ) : <p>Its power was not measured.</p>}
      {certificate.command ? <p class="quiet">Measured by <code><Foreign text={certificate.command} /></code></p> : null}
    </div>
  );
}

export function Certificates({ certificates }: { certificates: CalibrationCertificate[] }) {
  if (certificates.length === 0) {
    return <p class="notice">There is no calibration certificate: how often this suite raises a false alarm, and what size of defect it finds, has not been measured.</p>;
  }
  return <>{certificates.map((certificate) => <Certificate certificate={certificate} />)}</>;
}
