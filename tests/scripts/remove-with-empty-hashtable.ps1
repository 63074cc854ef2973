connect-mggraph -scopes user.readwrite.all -nowelcome
$flow = (get-mgsubscribedsku -all | ? skupartnumber -eq flow_free).skuid
set-mguserlicense -userid eva@contoso.com -addlicenses @{} -removelicenses @($flow)
