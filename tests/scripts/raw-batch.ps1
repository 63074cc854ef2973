Connect-MgGraph -Scopes User.ReadWrite.All -NoWelcome
$flow = 'f30db892-07e9-47e9-837c-80727f46fd3d'
$requests = @()
$id = 0
foreach ($upn in 'amy@contoso.com','gil@contoso.com','nobody@contoso.com') {
    $id++
    $requests += @{
        id = "$id"; method = 'POST'; url = "/users/$upn/assignLicense"
        headers = @{ 'Content-Type' = 'application/json' }
        body = @{ addLicenses = @(@{ skuId = $flow }); removeLicenses = @() }
    }
}
$answer = Invoke-MgGraphRequest -Method POST -Uri 'v1.0/$batch' -Body (@{ requests = $requests } | ConvertTo-Json -Depth 6)
$answer.responses | Sort-Object { [int]$_.id } | ForEach-Object { "$($_.id): $($_.status)" }
