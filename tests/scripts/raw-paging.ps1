Connect-MgGraph -Scopes User.Read.All -NoWelcome
$uri = 'https://graph.microsoft.com/v1.0/users?$top=2&$select=userPrincipalName,assignedLicenses'
$all = @()
do {
    $page = Invoke-MgGraphRequest -Method GET -Uri $uri -OutputType PSObject
    $all += $page.value
    $uri = $page.'@odata.nextLink'
} while ($uri)
$all | Where-Object { $_.assignedLicenses.Count } | ForEach-Object userPrincipalName
