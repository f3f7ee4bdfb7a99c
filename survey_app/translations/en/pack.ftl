pack-changed = The pack { $name } is loaded with other content. Give the changed pack a new name (pack.yaml, field name).
pack-questionnaire-changed = Questionnaire { $code } version { $version } exists with other content. Raise its version.
