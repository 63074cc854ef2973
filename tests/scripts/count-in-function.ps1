function Get-LicensedCount {
    Get-MgUser -Filter 'assignedLicenses/$count ne 0' -ConsistencyLevel eventual -CountVariable licensedUserCount -All -Select UserPrincipalName | Out-Null
}
Connect-MgGraph -Scopes User.Read.All -NoWelcome
Get-LicensedCount
Write-Output "Found $licensedUserCount licensed users."
