# A log of 1,500 banners: four of them, shown by chance by age of the visitor; `policy` is what a new system would do.
#   awk -f examples/discrepancy/make_banner.awk > examples/discrepancy/banner.csv
BEGIN {
  srand(7)
  split("shoes coats hats bags", name, " ")
  split("0.10 0.06 0.03 0.08", rate, " ")
  print "action,reward,propensity,unit,candidates,policy,context_age"
  for (i = 1; i <= 1500; ++i) {
    age = 18 + int(rand() * 50)
    young = age < 40
    logged = young ? "0.4|0.2|0.2|0.2" : "0.2|0.4|0.2|0.2"
    policy = young ? "0.7|0.1|0.1|0.1" : "0.3|0.3|0.1|0.3"
    split(logged, p, "|")
    u = rand(); a = 1
    while (a < 4 && u >= p[a]) { u -= p[a]; ++a }
    click = rand() < rate[a] * (young && a == 1 ? 1.5 : 1)
    printf "%s,%d,%s,visitor%d,shoes|coats|hats|bags,%s,%d\n", name[a], click, p[a], int(i / 2), policy, age
  }
}
