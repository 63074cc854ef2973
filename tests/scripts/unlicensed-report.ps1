Connect-MgGraph -Scopes 'User.Read.All' -NoWelcome
$people = Get-MgUser -All -Filter "assignedLicenses/`$count eq 0 and userType eq 'Member'" -ConsistencyLevel eventual -CountVariable unlicensed -Property DisplayName, UserPrincipalName, Department
$people | Select-Object DisplayName, UserPrincipalName, Department | Sort-Object DisplayName | Export-Csv -Path unlicensed.csv -NoTypeInformation
Write-Host "$unlicensed without a licence"
"$unlicensed"
