# A licensing group from nothing but requests.
Connect-MgGraph -Scopes Group.ReadWrite.All, User.Read.All -NoWelcome
$Root = 'https://graph.microsoft.com/v1.0'
$People = (Invoke-MgGraphRequest GET "$Root/users?`$filter=department eq 'HR'&`$select=id").value.id
$Sku = ((Invoke-MgGraphRequest GET "$Root/subscribedSkus").value | ? skuPartNumber -eq 'FLOW_FREE').skuId
$Group = Invoke-MgGraphRequest POST "$Root/groups" -Body (@{
        displayName = 'Flow'; mailNickname = 'flow'; mailEnabled = $false; securityEnabled = $true
        'members@odata.bind' = @($People | % { "$Root/directoryObjects/$_" })
    } | ConvertTo-Json)
$Body = @"
{ "addLicenses": [ { "skuId": "$Sku", "disabledPlans": [] } ], "removeLicenses": [] }
"@
Invoke-MgGraphRequest -Method Post -Uri "$Root/groups/$($Group.id)/assignLicense" -Body $Body -ContentType 'application/json' | Out-Null
do { Start-Sleep -Milliseconds 20; $State = Invoke-MgGraphRequest -Uri "$Root/groups/$($Group.id)?`$select=licenseProcessingState" }
until ($State.licenseProcessingState.state -eq 'ProcessingComplete')
"$(@($People).Count) people, $($State.licenseProcessingState.state)"
