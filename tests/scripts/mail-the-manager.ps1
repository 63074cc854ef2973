Import-Module Microsoft.Graph.Users.Actions
Connect-MgGraph -Scopes 'User.Read.All','Mail.Send' -NoWelcome
$boss = Get-MgUserManager -UserId amy@contoso.com -ErrorAction SilentlyContinue
$message = @{
    Message = @{
        Subject = 'Licences of your people'
        Body = @{ ContentType = 'HTML'; Content = (Get-MgUserLicenseDetail -UserId amy@contoso.com | Select-Object SkuPartNumber | ConvertTo-Html -Fragment | Out-String) }
        ToRecipients = @(@{ EmailAddress = @{ Address = $boss.AdditionalProperties.mail } })
    }
    SaveToSentItems = $true
}
Send-MgUserMail -UserId amy@contoso.com -BodyParameter $message
(Invoke-MgGraphRequest -Uri 'v1.0/users/amy@contoso.com/messages' -OutputType PSObject).value | ForEach-Object { "$($_.subject) to $($_.toRecipients[0].emailAddress.address)" }
