microdata = Microdata (CSV, Parquet, SPSS, R, DDI)
microdata-hint = Each taking stands in the audit trail. The data hold no name, address, time of answering or free text.
microdata-stratum = Stratum of the sample
microdata-psu = First-stage unit
microdata-weight = Weight
microdata-domain = Reporting unit
microdata-unit = Area
microdata-level = Administrative unit above
microdata-answered = 1: answered; 0: area drawn in which nobody answered
microdata-sampling = Stratified random sample in stages; the record of the draw is checked by survey sample verify.
microdata-readme = { $title } { $mark }

    answers.csv, answers.parquet, answers.sav: one row a respondent (answered = 1) or an area that was
    drawn and where nobody answered (answered = 0, weight 0). figures.R computes the main shares again
    with R's survey package and stops if they differ. codebook.xml: description in DDI-Codebook 2.5.

    Do not try to recognise respondents.
results-not-interview = Only a round of interviews whose figures were computed has microdata.
