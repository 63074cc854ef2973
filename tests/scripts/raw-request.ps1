Connect-MgGraph -Scopes User.ReadWrite.All -NoWelcome
$skus = (Invoke-MgGraphRequest -Method GET -Uri 'https://graph.microsoft.com/v1.0/subscribedSkus').value
$flow = ($skus | Where-Object { $_.skuPartNumber -eq 'FLOW_FREE' }).skuId
$body = @{
    addLicenses    = @(@{ skuId = $flow; disabledPlans = @() })
    removeLicenses = @()
}
$null = Invoke-MgGraphRequest -Method POST -Uri "v1.0/users/gil@contoso.com/assignLicense" -Body $body
$json = '{ "addLicenses": [], "removeLicenses": [ "' + $flow + '" ] }'
Invoke-MgGraphRequest POST "/v1.0/users/eva@contoso.com/microsoft.graph.assignLicense" -Body $json -ContentType 'application/json' | Out-Null
try { Invoke-MgGraphRequest -Uri 'v1.0/users/nobody@contoso.com' } catch { "status $($_.Exception.Response.StatusCode.value__)" }
